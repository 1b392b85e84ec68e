/** Compares prepared events with the packets that Socket.IO's own encoder produces. */
import { Encoder, PacketType } from 'socket.io-parser';
import { fc } from '../../../../../test/support/properties';
import { encodeFrame } from './websocket-frame';
import { ATTACHMENT_PLACEHOLDER, PreparedEvent } from './prepared-event';

const encoded = (...data: unknown[]): unknown[] => new Encoder().encode({ type: PacketType.EVENT, nsp: '/', data });

it('prepared event of pieces: equals the packet of Socket.IO byte for byte, and its frame is the encoded packet', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.infiniteStream(fc.nat(9)), (payload, lengths) => {
      const json = JSON.stringify(payload);
      const pieces: (string | Buffer)[] = [];
      // Pieces of 1 to 10 code points, so that no cut is within a surrogate pair; every second one is a Buffer.
      const characters = [...json];
      while (characters.length > 0) {
        const text = characters.splice(0, 1 + (lengths.next().value as number)).join('');
        pieces.push(pieces.length % 2 ? Buffer.from(text) : text);
      }
      const { packet } = PreparedEvent.fromPieces('zone:moves', pieces);
      const [text] = encoded('zone:moves', payload) as [string];
      expect(packet.options.frames).toEqual([encodeFrame(text)]);
      expect(packet.parts).toEqual([text]);
    }),
  );
});

it('prepared event of bytes: equals the packet of Socket.IO with an attachment, and is volatile', () => {
  fc.assert(
    fc.property(fc.nat(), fc.uint8Array({ maxLength: 64 }), (tick, content) => {
      const bytes = Buffer.from(content);
      const { packet } = PreparedEvent.fromBytes(
        'zone:moves',
        `{"tick":${tick},"moves":${ATTACHMENT_PLACEHOLDER}}`,
        bytes,
      );
      expect(packet.parts).toEqual(encoded('zone:moves', { tick, moves: bytes }));
      expect(packet.options.volatile).toBe(true);
    }),
  );
});
