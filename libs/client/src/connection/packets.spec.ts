/** The packets of the client beside those of the stock parser. */
import fc from 'fast-check';
import { Decoder, Encoder, type Packet, PacketType as StockType } from 'socket.io-parser';
import { propertyRuns } from '../../../../test/support/properties';
import { encodePacket, PacketDecoder, PacketType, type ReceivedPacket } from './packets';

// The stock encoder loses `__proto__`.
const json = fc.jsonValue().filter((value) => !/_placeholder|__proto__/.test(JSON.stringify(value)));
const payload = fc.oneof(json, fc.record({ tick: fc.nat(), moves: fc.uint8Array({ maxLength: 40 }) }));
const packet = fc.record({
  type: fc.constantFrom(StockType.EVENT, StockType.ACK),
  data: fc.array(payload, { minLength: 1, maxLength: 3 }),
  id: fc.option(fc.nat(), { nil: undefined }),
});

function decodeAll(frames: readonly (string | Uint8Array)[]): ReceivedPacket[] {
  const decoder = new PacketDecoder();
  return frames.map((frame) => decoder.add(frame)).filter((decoded) => decoded !== undefined);
}

it('packets: what the stock parser encodes is decoded to the same, with its attachments', () => {
  fc.assert(
    fc.property(packet, ({ type, data, id }) => {
      const frames = new Encoder().encode({ type, nsp: '/', data, ...(id !== undefined && { id }) });
      expect(decodeAll(frames)).toEqual([{ type, id, data: asJsonCarriesIt(data) }]);
    }),
    { numRuns: propertyRuns(300) },
  );
});

it('packets: what is encoded is decoded to the same by the stock parser', () => {
  fc.assert(
    fc.property(json, fc.option(fc.nat(), { nil: undefined }), (value, id) => {
      const decoder = new Decoder();
      const decoded: Packet[] = [];
      decoder.on('decoded', (received: Packet) => void decoded.push(received));
      decoder.add(encodePacket(PacketType.event, ['name', value], id));
      expect(decoded).toMatchObject([{ type: StockType.EVENT, data: asJsonCarriesIt(['name', value]) }]);
      expect(decoded[0]?.id).toBe(id);
    }),
    { numRuns: propertyRuns(300) },
  );
});

it.each([
  ['no type', 'hello'],
  ['nothing', ''],
  ['broken JSON', '2["chat:message"'],
  ['a packet with more than ten attachments', '511-["x",{}]'],
  ['an attachment without a packet', new Uint8Array([1])],
])('packets: %s is refused', (_, frame) => {
  expect(() => new PacketDecoder().add(frame)).toThrow();
});

it('packets: a text where an attachment is due is refused', () => {
  const decoder = new PacketDecoder();
  expect(decoder.add('51-["zone:moves",{"moves":{"_placeholder":true,"num":0}}]')).toBeUndefined();
  expect(() => decoder.add('2["chat:message",{}]')).toThrow('malformed packet');
});

/** As JSON carries it: `-0` becomes `0`. */
const asJsonCarriesIt = (value: unknown): unknown => {
  const copy = (part: unknown): unknown => {
    if (part instanceof Uint8Array) return part;
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, copy(item)]));
    return Object.is(part, -0) ? 0 : part;
  };
  return copy(value);
};
