/** Five connections present one session at once, over both nodes, ten times: one keeps it, whole. */
import { burst } from './support/burst';
import { census } from './support/census';
import { claim } from './support/claim';
import { Crowd, sessionOf, textsOf } from './support/crowd';
import { scenario } from './support/scenario';

const TIMES = 10;
const CLAIMANTS = 5;

scenario('one session presented five times at once', { nodes: ['west', 'east'] }, async (world) => {
  const speaker = await world.join(world.node(1));
  const counted = { kept: 0, lost: 0, own: 0, refused: 0 };
  for (let time = 0; time < TIMES; time++) {
    const crowd = await Crowd.enter(world, world.chance.pick(world.nodes), 1);
    const [owner] = crowd.travellers;
    if (!owner) throw new Error('nobody entered');
    await crowd.heard(await burst(speaker, 10), []);
    const [session, before] = [sessionOf(owner), textsOf(owner).length];
    // Its own client does not come back by itself; the server does not know of every second end.
    owner.client.socket.io.reconnection(false);
    crowd.gate.cut({ halfOpen: time % 2 === 0 });
    const missed = await burst(speaker, 40);
    const auth = { token: owner.accessToken, ...session };
    const claims = await Promise.all(
      Array.from({ length: CLAIMANTS }, (_, n) => claim(world.node((time + n) % 2), auth)),
    );
    const recovered = claims.filter((each) => each.recovered);
    const holders = recovered.filter(({ client }) => client.socket.connected);
    const others = claims.filter((each) => !recovered.includes(each));
    // Who had it first may have lost it to a later one, as a client does that is cut off again on its way; one keeps it.
    expect([holders.length, recovered.map(textsOf)]).toEqual([1, recovered.map(() => missed)]);
    for (const { bytes } of others) for (const text of missed) expect(bytes()).not.toContain(text);
    counted.kept += holders.length;
    counted.lost += recovered.length - holders.length;
    counted.own += others.filter(({ end }) => end === 'connected').length;
    counted.refused += others.filter(({ end }) => end !== 'connected').length;
    // All that are left are there for what comes, and hear it once.
    const [news] = await burst(speaker, 1);
    const there = claims.filter(({ client }) => client.socket.connected);
    for (const each of there) await each.client.event('chat:message', ({ text }) => text === news);
    for (const each of there) expect(textsOf(each)).toEqual(holders.includes(each) ? [...missed, news] : [news]);
    expect([textsOf(owner).length, owner.returns]).toEqual([before, []]);
    await census(world);
    for (const { client } of [owner, ...claims]) client.close();
  }
  return { times: TIMES, ...counted };
});
