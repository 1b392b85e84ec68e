/** What is prepared by hand is what Socket.IO itself makes of the same event. */
import { Encoder, PacketType } from 'socket.io-parser';
import { fc } from '../../../../test/support/properties';
import { frameOf } from './frame';
import { ATTACHMENT, PreparedEvent } from './prepared-event';

const encoded = (...data: unknown[]): unknown[] => new Encoder().encode({ type: PacketType.EVENT, nsp: '/', data });

it('is the packet of Socket.IO, byte for byte, and its frame is that of the text', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.infiniteStream(fc.nat(9)), (payload, cuts) => {
      const json = JSON.stringify(payload);
      const pieces: (string | Buffer)[] = [];
      // Between characters, however many units each has.
      const characters = [...json];
      while (characters.length > 0) {
        const text = characters.splice(0, 1 + (cuts.next().value as number)).join('');
        pieces.push(pieces.length % 2 ? Buffer.from(text) : text);
      }
      const { packet } = PreparedEvent.ofPieces('zone:moves', pieces);
      const [text] = encoded('zone:moves', payload) as [string];
      expect(packet.options.frames).toEqual([frameOf(text)]);
      expect(packet.parts).toEqual([text]);
    }),
  );
});

it('is so with an attachment too', () => {
  fc.assert(
    fc.property(fc.nat(), fc.uint8Array({ maxLength: 64 }), (tick, content) => {
      const bytes = Buffer.from(content);
      const { packet } = PreparedEvent.ofBytes('zone:moves', `{"tick":${tick},"moves":${ATTACHMENT}}`, bytes);
      expect(packet.parts).toEqual(encoded('zone:moves', { tick, moves: bytes }));
      expect(packet.options.volatile).toBe(true);
    }),
  );
});
