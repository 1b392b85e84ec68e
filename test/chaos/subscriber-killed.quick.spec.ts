/** The connections on which nodes hear each other are killed: events flow again by themselves. */
import { until } from '../support/client';
import { scenario } from './support/scenario';

scenario('subscriber connections killed', { nodes: ['west', 'east'] }, async (world) => {
  const [anna, ben] = await Promise.all([world.join(world.node(0)), world.join(world.node(1))]);
  let sent = 0;
  const say = async (): Promise<boolean> => {
    await anna.client.send('chat:message', { channel: 'global', text: `word ${sent++}` });
    return ben.client.all('chat:message').length > 0;
  };
  await until(say, 'it is heard before');
  const killed = Number(await world.probe.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
  expect(killed).toBeGreaterThanOrEqual(2);
  ben.client.forget();
  await until(say, 'it is heard afterwards');
  const texts = ben.client.all('chat:message').map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  return { killed };
});
