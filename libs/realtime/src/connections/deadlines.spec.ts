/** Who is not done in time is told of once, in the order of beginning, and nobody else. */
import { Deadlines } from './deadlines';

it('tells of those that are late, once each, and not of those that are done', async () => {
  const late: string[] = [];
  const told = new Promise<void>((resolve) => {
    const deadlines: Deadlines<string> = new Deadlines(5, (name) => {
      late.push(name);
      expect(deadlines.done(name)).toBe(false);
      // Begun while the others are being told of: it has a time of its own.
      if (name === 'second') deadlines.start('third');
      if (name === 'third') resolve();
    });
    for (const name of ['first', 'quick', 'second']) deadlines.start(name);
    expect(deadlines.done('quick')).toBe(true);
  });
  await told;
  expect(late).toEqual(['first', 'second', 'third']);
});
