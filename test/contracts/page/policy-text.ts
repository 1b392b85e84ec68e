/** A rate policy in words. */
import { type RatePolicy, policyForGuests } from '@aeturnis/contracts';

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** Such as `10 per minute for each channel, 5 at once`. */
export function policyText(policy: RatePolicy): string {
  const { limit, windowMs, burst, per, scope, excess, work, fansOut, tightForGuests } = policy;
  const guests = policyForGuests(policy);
  const target = per ? ` for each ${per.map((field) => `\`${field}\``).join(', ')}` : '';
  const sentences = [
    `${limit} per ${windowText(windowMs)}${target}, ${burst} at once, ${scope === 'cluster' ? 'on all nodes together' : 'on each node'}.`,
    excess === 'drop' ? 'What is beyond that is dropped without an error.' : '',
    tightForGuests ? `Guests: ${guests.limit} per ${windowText(windowMs)}, ${guests.burst} at once.` : '',
    work
      ? `Each element of ${work.fields.map((field) => `\`${field}\``).join(' or ')} takes from a budget of ${work.budget.limit} per ${windowText(work.budget.windowMs)} as well.`
      : '',
    fansOut ? 'What others receive is charged to the fan-out budget of the user.' : '',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

/** `minute`, `2 seconds`. */
function windowText(windowMs: number): string {
  const [ms, name] = UNITS.find(([unit]) => windowMs % unit === 0) ?? [1, 'millisecond'];
  const count = windowMs / ms;
  return count === 1 ? name : `${count} ${name}s`;
}
