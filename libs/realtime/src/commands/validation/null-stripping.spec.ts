/** `WsValidationPipe` strips `null` from optional properties: defaults apply, and no handler receives it. */
import { COMMANDS, type Constructor, IsInsteadOf, KEEPS_NULL, KeepsNull } from '@aeturnis/contracts';
import { getMetadataStorage, IsInt, IsOptional, IsString } from 'class-validator';
import { WsValidationPipe } from './ws-validation.pipe';

class Sample {
  @IsInt()
  seq: number;

  @IsOptional()
  @IsInt()
  limit?: number = 50;

  @IsOptional()
  @KeepsNull()
  @IsString()
  activity?: string | null;

  @IsInsteadOf('toName')
  @IsString()
  toId?: string;

  @IsInsteadOf('toId')
  @IsString()
  toName?: string;
}

const pipe = new WsValidationPipe();
const parse = (payload: object): object => pipe.parserFor(Sample)(payload);
const TO = { toId: 'a' };

it.each<[string, object, object]>([
  ['an optional property', { seq: 1, ...TO, limit: null }, { seq: 1, ...TO, limit: 50 }],
  ['a property with @KeepsNull', { seq: 1, ...TO, activity: null }, { seq: 1, ...TO, limit: 50, activity: null }],
  ['one of two mutually exclusive properties', { seq: 1, ...TO, toName: null }, { seq: 1, ...TO, limit: 50 }],
  ['several properties', { seq: 1, ...TO, limit: null, toName: null }, { seq: 1, ...TO, limit: 50 }],
])('null in %s is parsed as expected, and the payload is not modified', (_, payload, expected) => {
  const before = structuredClone(payload);
  expect({ ...parse(payload) }).toEqual(expected);
  expect(payload).toEqual(before);
});

it('null in a required property is refused', () => {
  expect(() => parse({ seq: null, ...TO })).toThrow('seq must be an integer number');
});

it('null in an optional property of any command is neither refused nor passed on', () => {
  let tested = 0;
  for (const { name, payload } of COMMANDS) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(payload, '', false, false);
    // `conditionalValidation` is the type that class-validator gives to @IsOptional and similar decorators.
    for (const { propertyName, name: rule } of rules.filter(({ type }) => type === 'conditionalValidation')) {
      const own = rules.filter((other) => other.propertyName === propertyName);
      if (rule !== 'isOptional' || own.some((other) => other.name === KEEPS_NULL)) continue;
      tested++;
      expect([name, propertyName, outcomeOf(payload, { [propertyName]: null })]).toEqual([
        name,
        propertyName,
        'absent',
      ]);
    }
  }
  // The contracts have more such properties: a filter that finds none of them must not pass.
  expect(tested).toBeGreaterThan(8);
});

/**
 * `refused` only if an error names this property. Most payloads are refused for other properties, which are missing; then
 * nothing is passed on, and the outcome is `absent`.
 */
function outcomeOf(dto: Constructor<object>, payload: object): string {
  const [property = ''] = Object.keys(payload);
  try {
    return (pipe.parserFor(dto)(payload) as Record<string, unknown>)[property] === null ? 'null' : 'absent';
  } catch (error) {
    const details = (error as { details: { field: string }[] }).details;
    return details.some(({ field }) => field === property) ? 'refused' : 'absent';
  }
}
