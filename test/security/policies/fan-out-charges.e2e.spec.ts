/** Each command whose policy says that it fans out charges its user for it, whichever domain it belongs to. Derived from contracts. */
import { COMMANDS } from '@aeturnis/contracts';
import { FanOutMeter } from '@aeturnis/realtime';
import { closeClients, waitUntil } from '../../support/clients/client';
import { COLUMN_ORDER } from '../matrix/columns';
import { MatrixRunner } from '../matrix/matrix-runner';
import { type MatrixRow, rowSubject } from '../matrix/row';
import { ROWS } from '../matrix/rows';

const fansOut = COMMANDS.filter(({ policy }) => policy.fansOut).map(({ name }) => name as string);

/** What ends by a command has to have begun by another one. */
const BEGUN_BY: Readonly<Record<string, string>> = {
  'conversation:leave': 'conversation:join',
  'typing:stop': 'typing:start',
};

let stage: MatrixRunner;
beforeAll(async () => {
  stage = await MatrixRunner.open();
}, 120_000);
afterAll(async () => {
  jest.restoreAllMocks();
  closeClients();
  await stage.close();
});

const isOk = (outcome: unknown): boolean => outcome === 'OK' || Number(outcome) < 300;

/** @returns whether a request of one of the rows that succeeds is charged to a user. */
async function isCharged(rows: readonly MatrixRow[]): Promise<boolean> {
  const charge = jest.spyOn(FanOutMeter.prototype, 'charge');
  for (const row of rows) {
    const column = COLUMN_ORDER.find((candidate) => isOk(row.expected[candidate]));
    if (!column) continue;
    stage.resetScene();
    const { actor, sent } = await stage.prepare(row, column);
    const begunBy = BEGUN_BY[row.name];
    if (begunBy !== undefined) await (await actor.connection()).send(begunBy, sent);
    charge.mockClear();
    const { outcome } = await stage.send(row, column, actor, sent);
    expect([row.name, isOk(outcome)]).toEqual([row.name, true]);
    // Some are published after the answer.
    const charged = waitUntil(() => charge.mock.calls.length > 0, 'a charge', 3_000);
    if (
      await charged.then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}

it.each(fansOut)('%s is charged to the user who causes it', async (name) => {
  const rows = ROWS.filter((row) => row.kind === 'command' && rowSubject(row) === name);
  expect(rows.length).toBeGreaterThan(0);
  expect(await isCharged(rows)).toBe(true);
});
