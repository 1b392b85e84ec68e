/** Null where a property may be absent: defaults apply, and no handler meets it. */
import { COMMANDS, type Constructor, IsInsteadOf, KEEPS_NULL, KeepsNull } from '@aeturnis/contracts';
import { getMetadataStorage, IsInt, IsOptional, IsString } from 'class-validator';
import { WsValidationPipe } from '../ws-validation.pipe';

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
const read = (payload: object): object => pipe.readerOf(Sample)(payload);
const TO = { toId: 'a' };

it.each<[string, object, object]>([
  ['an optional property', { seq: 1, ...TO, limit: null }, { seq: 1, ...TO, limit: 50 }],
  ['one that keeps it', { seq: 1, ...TO, activity: null }, { seq: 1, ...TO, limit: 50, activity: null }],
  ['one of two that stand instead of each other', { seq: 1, ...TO, toName: null }, { seq: 1, ...TO, limit: 50 }],
  ['several', { seq: 1, ...TO, limit: null, toName: null }, { seq: 1, ...TO, limit: 50 }],
])('null in %s', (_, payload, expected) => {
  const before = structuredClone(payload);
  expect({ ...read(payload) }).toEqual(expected);
  expect(payload).toEqual(before);
});

it('null in a property that must be there is refused', () => {
  expect(() => read({ seq: null, ...TO })).toThrow('seq must be an integer number');
});

it('no optional property of any command is refused for being null, or reaches its handler so', () => {
  let tried = 0;
  for (const { name, payload } of COMMANDS) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(payload, '', false, false);
    for (const { propertyName, name: rule } of rules.filter(({ type }) => type === 'conditionalValidation')) {
      const own = rules.filter((each) => each.propertyName === propertyName);
      if (rule !== 'isOptional' || own.some((each) => each.name === KEEPS_NULL)) continue;
      tried++;
      expect([name, propertyName, outcomeOf(payload, { [propertyName]: null })]).toEqual([
        name,
        propertyName,
        'absent',
      ]);
    }
  }
  expect(tried).toBeGreaterThan(8);
});

/** Without the other properties most are refused; the question is whether this one is. */
function outcomeOf(dto: Constructor<object>, payload: object): string {
  const [property = ''] = Object.keys(payload);
  try {
    return (pipe.readerOf(dto)(payload) as Record<string, unknown>)[property] === null ? 'null' : 'absent';
  } catch (error) {
    const details = (error as { details: { field: string }[] }).details;
    return details.some(({ field }) => field === property) ? 'refused' : 'absent';
  }
}
