/** Packets that no server of Socket.IO sends: they close the connection at most. */
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { propertyRuns } from '../../../../test/support/properties';
import { simulate, simulatedClient, type Simulation } from '../../../../test/support/sdk/simulated-client';
import { EngineLink } from './engine-link';

/** The transport of engine.io, whose server is the test. */
class FakeTransport extends EventEmitter {
  readonly transport = { writable: true };
  readyState = 'open';
  readonly written: string[] = [];

  write(frame: string): void {
    this.written.push(frame);
  }

  close(): void {
    this.readyState = 'closed';
  }

  receive(frame: string | Uint8Array): void {
    this.emit('data', frame);
  }
}

let simulation: Simulation;

async function connect() {
  simulation = simulate();
  const transports: FakeTransport[] = [];
  const { client } = simulatedClient(simulation, {
    openLink: (auth, handlers) => {
      const transport = new FakeTransport();
      transports.push(transport);
      simulation.clock.after(10, () => {
        transport.emit('open');
        transport.receive('2["auth:success",{"userId":"ada"}]');
        transport.receive('2["system:connected",{"pid":"p1","recovered":false,"serverTime":1,"expiresAt":1000000}]');
      });
      return new EngineLink(transport as unknown as ConstructorParameters<typeof EngineLink>[0], auth, handlers);
    },
  });
  await Promise.all([client.connect(), simulation.clock.pass(100)]);
  return { client, transports };
}

const BINARY = new Uint8Array([1]);

it.each([
  ...[
    '',
    'hello',
    '2',
    '3',
    '4',
    '5',
    '6',
    '9',
    '2{',
    '50-',
    '2null',
    '2[]',
    '2{}',
    '2"text"',
    '2["x"]',
    '2["x",null]',
  ],
  ...[
    '2["x",5]',
    '2[null,null]',
    '2["system:connected"]',
    '2["system:connected",null]',
    '2["system:disconnected",null]',
  ],
  ...['2["auth:success",null]', '2["zone:state",null]', '2["message:new",7]', '2["combat:state",null]', '2["x",{},{}]'],
  ...['30', '30null', '30{}', '30[]', '30[null]', '30["x"]', '30[{}]', '30[{"success":false}]', '399[{}]', '3[{}]'],
  ...[
    '30[{"success":false,"error":null}]',
    '4null',
    '4[]',
    '4{}',
    '4{"data":5}',
    '4{"message":"x","data":null}',
    '1',
    '0',
  ],
  ...['599999999-["x",{}]', '51-["x",{"_placeholder":true,"num":5}]', '51-["x",{}]', '61-0[null]', '21-["x",{}]'],
])('engine link: the frame %j does not throw, and the client is connected', async (frame) => {
  const { client, transports } = await connect();
  const asked = client.request('system:ping', {}).catch((error: unknown) => error);
  for (const received of [frame, BINARY, frame]) expect(() => transports[0]?.receive(received)).not.toThrow();
  await simulation.clock.passUntil(() => client.state.get().phase === 'live', 20_000);
  client.close();
  await asked;
});

it('engine link: no frame throws', async () => {
  const { client, transports } = await connect();
  const text = fc.string({ unit: fc.constantFrom(...'0123456789-[]{}",:nul_x'), maxLength: 20 });
  const frame = fc.oneof(
    text,
    fc.tuple(fc.constantFrom('2', '20', '3', '30', '4', '51-'), fc.json()).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('2["x",', '3[', '30['), fc.json()).map((parts) => `${parts.join('')}]`),
    fc.uint8Array({ maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(frame, async (received) => {
      await simulation.clock.passUntil(() => client.state.get().phase === 'live', 60_000);
      expect(() => transports[transports.length - 1]?.receive(received)).not.toThrow();
    }),
    { numRuns: propertyRuns(300) },
  );
  client.close();
});

it('engine link: a request whose answer is no answer fails', async () => {
  const { client, transports } = await connect();
  const refused = expect(client.request('system:ping', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  const id = /^2(\d+)/.exec(transports[0]?.written.findLast((frame) => frame.includes('system:ping')) ?? '')?.[1];
  transports[0]?.receive(`3${id}[{"success":false}]`);
  await refused;
  client.close();
});

it('engine link: whatever arrives counts as activity', () => {
  const transport = new FakeTransport();
  const onActivity = jest.fn();
  const handlers = { onActivity, onEvent: jest.fn(), onRefused: jest.fn(), onClosed: jest.fn() };
  new EngineLink(
    transport as unknown as ConstructorParameters<typeof EngineLink>[0],
    { token: '', protocol: 1 },
    handlers,
  );
  transport.emit('packet', { type: 'message', data: '30[{}]' });
  expect(onActivity).toHaveBeenCalledTimes(1);
});
