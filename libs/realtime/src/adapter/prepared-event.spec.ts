/** What is prepared by hand is what Socket.IO itself makes of the same event. */
import { Encoder, PacketType } from 'socket.io-parser';
import { fc } from '../../../../test/support/properties';
import { ATTACHMENT, PreparedEvent } from './prepared-event';

const encoded = (...data: unknown[]): unknown[] => new Encoder().encode({ type: PacketType.EVENT, nsp: '/', data });

it('is the packet of Socket.IO, byte for byte', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (payload) => {
      const { packet } = PreparedEvent.ofText('zone:view', JSON.stringify(payload));
      expect(packet.parts).toEqual(encoded('zone:view', payload));
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
