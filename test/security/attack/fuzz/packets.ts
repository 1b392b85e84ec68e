/** Packet texts that the fuzzer sends: valid and invalid commands of the raid application, and other packets. */
import type { SeededRandom } from '../support/random';

const VALUES = [
  '1',
  '0',
  '-1',
  '1.5',
  '1e999',
  '"x"',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"ä€😀"',
  '"\\u0000"',
  '"\\ud800"',
  '12345678901234567890',
  '{"__proto__":{"n":1}}',
  '{"constructor":1}',
  '[[[[[[]]]]]]',
  '{"_placeholder":true,"num":0}',
  '{"n":{"n":{"n":1}}}',
];
const NAMES = [
  'raid:echo',
  'raid:echo',
  'raid:echo',
  'raid:crash',
  'raid:rare',
  'raid:secret',
  'system:ping',
  'presence:get',
];
const ODD_NAMES = [
  '""',
  '"nope"',
  '"connect"',
  '"disconnect"',
  '"__proto__"',
  '1',
  'null',
  '{}',
  '["raid:echo"]',
  '"raid:\\u0065cho"',
];
const IDS = ['', '1', '7', '007', ' ', '1 ', '-1', '1.5', '99999999999999999999'];
const TYPES = ['42', '42', '42', '42', '42', '42', '42/,', '42/other,', '45', '43', '46', '47'];

const payload = (random: SeededRandom): string => {
  if (random.chance(50)) return `{"n":${random.below(10)}}`;
  if (random.chance(30)) return `{"n":${random.below(5)},"delayMs":${random.below(4)}}`;
  return random.chance(50) ? `{"n":${random.pick(VALUES)}}` : random.pick(VALUES);
};

/** An event that the node accepts, or refuses in an ack; sometimes with an odd name, id or type, or more arguments. */
export function randomEvent(random: SeededRandom): string {
  const type = random.chance(94) ? '42' : random.pick(TYPES);
  const id = random.chance(70) ? String(random.below(100)) : random.pick(IDS);
  const name = random.chance(85) ? `"${random.pick(NAMES)}"` : random.pick(ODD_NAMES);
  const more = random.chance(10) ? `,${random.pick(VALUES)}` : '';
  return `${type}${id}[${name},${payload(random)}${more}]`;
}

/** A command that is always answered, even with an odd payload. */
export const randomPlainEvent = (random: SeededRandom): string =>
  `42${random.below(100)}["${random.pick(NAMES)}",${payload(random)}]`;

export const ODDITIES: readonly string[] = [
  '',
  '2',
  '3',
  '4',
  '6',
  '9',
  '1',
  '0',
  '40',
  '41',
  '43',
  '44',
  '45',
  '3x',
  '2probe',
  '5',
  '4x',
  '43[]',
  '431[]',
  '431',
  '44{"message":"x"}',
  '42',
  '42[',
  '42[]',
  '42 ["raid:echo",{"n":1}]',
  '42["raid:echo",{"n":1}] ',
  '42["raid:echo",{"n":1}]]',
  '42{"0":"raid:echo"}',
  '42["raid:echo"]',
  '42["raid:echo",{"n":1},2]',
  '42["raid:echo",{"n":1}]\u001e42["raid:echo",{"n":2}]',
  'b4AAAA',
  '4\u0000',
  '40{"token":"again"}',
  '40/other,{"token":"x"}',
  '40/other',
  '41/other,',
  '42/other,["raid:echo",{"n":1}]',
  '40/,{"token":"x"}',
  '41/,',
  `42["raid:echo",{"n":1,"x":"${'x'.repeat(124)}"}]`,
  `42["raid:echo",{"n":1,"x":"${'x'.repeat(2_500)}"}]`,
  '451-["raid:echo",{"n":1}]',
  '450-["raid:echo",{"n":1}]',
  '4510-["raid:echo",{}]',
  '45x-["raid:echo"]',
  '461-1[]',
];

/** Valid and invalid CONNECT packets. */
export const CONNECTS: readonly string[] = [
  '40{"token":"early"}',
  '40{"token":"wrong"}',
  '40',
  '40{',
  '40[]',
  '40"x"',
  '40null',
  '40/other,{"token":"early"}',
  '40{"token":"early","pid":"nobody","offset":"nowhere"}',
  '40{"token":{}}',
  '40{"token":"early","protocol":99}',
];
