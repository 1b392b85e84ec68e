/** The budget of what a client sends: frames, bytes and attachments are counted apart, and refilled by time. */
import { InboundBudget, type InboundPolicy } from './inbound-budget';

const POLICY: InboundPolicy = {
  framesPerSecond: 4,
  frameBurst: 8,
  attachmentsPerSecond: 10,
  attachmentBurst: 20,
  bytesPerSecond: 100,
  byteBurst: 1_000,
};

let now: number;
let budget: InboundBudget;
beforeEach(() => {
  now = 0;
  budget = new InboundBudget();
});
const clock = (): number => now;
const attach = (count: number): boolean => budget.take(0, 0, clock, count);

it('inbound budget: an attachment before admission exceeds it', () => {
  expect(budget.take(1, 100, clock)).toBe(true);
  expect(attach(1)).toBe(false);
});

it('inbound budget: attachments leave the frames, and frames leave the attachments', () => {
  budget.admit(POLICY, now);
  expect(attach(20)).toBe(true);
  expect(budget.take(8, 0, clock)).toBe(true);
  expect(attach(1)).toBe(false);
});

it('inbound budget: attachments come back with time, up to their burst', () => {
  budget.admit(POLICY, now);
  expect(attach(20)).toBe(true);
  now += 1_000;
  expect(attach(10)).toBe(true);
  now += 60_000;
  expect(attach(20)).toBe(true);
  expect(attach(1)).toBe(true);
  expect(attach(20)).toBe(false);
});

it('inbound budget: bytes of attachments are bounded like all others', () => {
  budget.admit(POLICY, now);
  expect(budget.take(0, 1_000, clock, 1)).toBe(true);
  expect(budget.take(0, 1, clock, 1)).toBe(false);
});

it('inbound budget: leaving and being admitted again brings no attachments back', () => {
  budget.admit(POLICY, now);
  expect(attach(20)).toBe(true);
  budget.suspend();
  budget.admit(POLICY, now);
  expect(attach(1)).toBe(false);
});

it('inbound budget: nothing may be sent after the end', () => {
  budget.admit(POLICY, now);
  budget.end();
  expect(attach(1)).toBe(false);
});
