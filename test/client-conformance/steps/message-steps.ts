/** The steps about messages: acknowledged, stored once, in order, and read after an absence. */
import { ClientFault } from '../client-program';
import type { ConformanceStep } from './conformance-step';

/** Longer than a message may be. */
const TOO_LONG = 'x'.repeat(10_001);
/** More than one answer of a sync holds. */
const LONG_ABSENCE = { messages: 40, filling: 'y'.repeat(9_000) };

export const ackStep: ConformanceStep = {
  name: 'ack',
  expects: 'reports for each message whether the server has stored it',
  async play(stage) {
    const { program, deadlineMs } = stage;
    await stage.connect();
    program.instruct({ do: 'send', ref: 'good', text: 'a good message' });
    const { messageId } = await program.next('sent', deadlineMs, ({ ref }) => ref === 'good', 'sent for "good"');
    const stored = await stage.storedMessages();
    if (!stored.some((message) => message.messageId === messageId && message.text === 'a good message'))
      throw new ClientFault(`expected the id of the stored message, got ${messageId}`);
    program.instruct({ do: 'send', ref: 'bad', text: TOO_LONG });
    const { code } = await program.next('failed', deadlineMs, ({ ref }) => ref === 'bad', 'failed for "bad"');
    if (code !== 'VALIDATION') throw new ClientFault(`expected the code VALIDATION, got ${code}`);
  },
};

export const orderStep: ConformanceStep = {
  name: 'order',
  expects: 'receives what two others write at once: all of it, once, in the order of the server',
  async play(stage) {
    await stage.connect();
    await stage.write(40);
    await stage.expectEverything();
  },
};

export const duplicateStep: ConformanceStep = {
  name: 'duplicate',
  isOptional: true,
  expects: 'repeats a message whose answer was lost, under the same id',
  async play(stage) {
    const { program, gate, sightings, deadlineMs } = stage;
    const text = 'stored, but the answer is lost';
    await stage.connect();
    // Not before: a client that is still changing from polling to WebSocket sends nothing until it has an answer.
    sightings.onceSent(text, () => gate.holdAnswers());
    program.instruct({ do: 'send', ref: 'lost', text });
    await stage.waitUntilStored(text);
    if (program.all('sent').length > 0) throw new ClientFault('expected sent after the answer, got it before');
    gate.resetConnections();
    gate.releaseAnswers();
    const { messageId } = await program.next('sent', deadlineMs, undefined, 'sent, after the message was repeated');
    const copies = (await stage.storedMessages()).filter((message) => message.text === text);
    if (copies.length !== 1)
      throw new ClientFault(`expected one stored message, got ${copies.length}: repeat it under the same tempId`);
    if (copies[0]?.messageId !== messageId)
      throw new ClientFault(`expected the id of the stored message, got ${messageId}`);
  },
};

export const syncStep: ConformanceStep = {
  name: 'sync',
  expects: 'reads everything since its last message after a long absence, also what does not fit into one answer',
  async play(stage) {
    await stage.write(LONG_ABSENCE.messages, LONG_ABSENCE.filling);
    await stage.connect();
    await stage.expectEverything();
    await stage.write(4);
    await stage.expectEverything();
  },
};
