/** DtoPlan: the supported kinds of rules and types, and the DTOs that are left to class-validator as a whole. */
import { Exclude, Expose, Transform, TransformationType, Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDefined,
  IsInt,
  IsNotEmptyObject,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  registerDecorator,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidatePromise,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import type { Constructor } from '@aeturnis/contracts';
import { fc, propertyRuns } from '../../../../../test/support/properties';
import { isAcceptedByBoth } from '../../../../../test/support/validation/dto-agreement';
import { inProcessPayloads, wirePayloads } from '../../../../../test/support/validation/hostile-payloads';
import { DtoPlan } from './dto-plan';
import { UnsupportedDtoError } from './unsupported-dto-error';

@ValidatorConstraint({ name: 'even' })
class Even implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'number' && value % 2 === 0;
  }
}

/** Compares with another property, and returns 1 or 0 instead of a boolean. */
function AtLeast(other: string): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'atLeast',
      target: target.constructor,
      propertyName: String(property),
      constraints: [other],
      validator: {
        validate: (value, args) => {
          const least = (args?.object as Record<string, unknown>)[String(args?.constraints[0])];
          return (typeof value === 'number' && typeof least === 'number' && value >= least
            ? 1
            : 0) as unknown as boolean;
        },
      },
    });
}

class Plain {
  @IsInt() @Min(-7) @Max(100) int: number;
  @IsString() @Length(1, 64) @Matches(/^[a-z]+$/, { message: 'small letters' }) text: string;
  @IsOptional() @IsBoolean() flag?: boolean;
  @IsDefined() @Allow() anything: unknown;
}
class Defaults extends Plain {
  @IsInt() size = 7;
  @IsOptional() @IsArray() @ArrayMaxSize(3) @IsString({ each: true }) tags: string[] = ['new'];
}
class Conditions {
  @IsInt() least: number;
  @AtLeast('least') most: number;
  @ValidateIf(({ least }: Conditions) => least > 1) @ValidateIf((_, value) => value !== 'zone') @IsInt() maybe?: number;
  @IsString({ validateIf: (_, value) => value !== null }) word: string | null;
  @Validate(Even) @IsOptional() even?: number;
}
class Records {
  @IsObject() @IsNotEmptyObject() record: object;
  @IsOptional() @ArrayNotEmpty({ each: false }) list?: unknown[];
}
class Inner {
  @IsInt() n: number;
  @IsOptional() @IsString() name?: string;
}
class Outer {
  @ValidateNested() @Type(() => Inner) inner: Inner;
  @IsOptional() @ArrayMaxSize(2) @ValidateNested({ each: true }) @Type(() => Inner) inners?: Inner[];
  /** An instance whose properties are not validated. */
  @IsOptional() @Type(() => Inner) @IsObject() loose?: Inner;
  @ValidateNested() own = new Inner();
}
class Checked extends Outer {
  @ValidateNested() @Type(() => Inner) override own = Object.assign(new Inner(), { n: 1 });
}
/** Its default value has an unknown property, so a payload without `own` is refused. */
class InvalidDefault {
  @ValidateNested() @Type(() => Inner) own = Object.assign(new Inner(), { n: 1, surprise: 1 });
}
class Tree {
  @IsInt() n: number;
  @IsOptional() @ValidateNested() @Type(() => Tree) leaves?: Tree[];
}
class Converted {
  @IsString() @Type(() => String) text: string;
  @IsInt({ each: true }) @Type(() => Number) numbers: number[];
  @IsBoolean() @Type(() => Boolean) flag: boolean;
}
class Transformed {
  @IsString()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  word: string;
  @IsArray()
  @Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(String) : value))
  words: string[];
  @IsInt()
  @Transform(({ value, key, obj, type, options }) =>
    key in obj && type === TransformationType.PLAIN_TO_CLASS && !options.groups ? Number(value) : 'x',
  )
  @Transform(({ value }: { value: unknown }) => (value === null ? [value] : value))
  number: number;
}

const SUPPORTED: [Constructor<object>, object[]][] = [
  [InvalidDefault, [{ own: { n: 1 } }]],
  [
    Plain,
    [
      { int: 1, text: 'a', flag: true, anything: 0 },
      { int: 1, text: 'abc', anything: { a: [1] } },
    ],
  ],
  [
    Defaults,
    [
      { int: 1, text: 'a', anything: 1 },
      { int: 1, text: 'a', anything: 1, size: 1, tags: [] },
    ],
  ],
  [
    Conditions,
    [
      { least: 1, most: 2, word: 'a', maybe: 1, even: 2 },
      { least: 1, most: 1, word: null },
    ],
  ],
  [Records, [{ record: { a: { b: 1 } }, list: [[1]] }, { record: { a: null } }]],
  [Checked, [{ inner: { n: 1 }, inners: [{ n: 2, name: 'x' }], loose: { n: 1 }, own: { n: 4 } }, { inner: { n: 1 } }]],
  [
    Tree,
    [
      { n: 1, leaves: [{ n: 2, leaves: [{ n: 3 }] }] },
      { n: 1, leaves: [[{ n: 2 }]] },
    ],
  ],
  [
    Converted,
    [
      { text: 1, numbers: ['1', 2], flag: 0 },
      { text: 'x', numbers: 3, flag: true },
    ],
  ],
  [
    Transformed,
    [
      { word: 'A', words: ['A', 1], number: '1' },
      { word: 'a', words: [], number: null },
      { word: 'a', words: [], number: new Number(1) },
    ],
  ],
];

describe.each(SUPPORTED.map(([dto, examples]) => [dto.name, dto, examples] as const))('%s', (_, dto, examples) => {
  const plan = DtoPlan.of(dto);

  it('agrees with class-validator about its examples', () => {
    expect(examples.map((example) => isAcceptedByBoth(dto, plan, example))).not.toContain(false);
  });

  it('agrees with class-validator about mutations of its examples', () => {
    const payloads = fc.oneof(wirePayloads(examples), inProcessPayloads(examples));
    fc.assert(
      fc.property(payloads, (payload) => void isAcceptedByBoth(dto, plan, payload)),
      { numRuns: propertyRuns(600) },
    );
  });
});

it('accepts a value only if all rules return true, and leaves other results to class-validator', () => {
  const [plain, conditions] = [DtoPlan.of(Plain), DtoPlan.of(Conditions)];
  expect(plain.tryParse({ int: 1, text: 'a', anything: 0 })).toBeInstanceOf(Plain);
  expect(conditions.tryParse({ least: 1, most: 2, word: 'a' })).toBeUndefined();
  expect(DtoPlan.of(Tree).tryParse({ n: 1, leaves: [{ n: 2 }] })).toMatchObject({ leaves: [expect.any(Tree)] });
});

describe('DtoPlan.of() throws, so that class-validator validates the DTO as a whole', () => {
  class WithGroups {
    @IsInt({ groups: ['some'] }) n: number;
  }
  class TransformedInGroups {
    @IsInt() @Transform(({ value }) => Number(value), { groups: ['some'] }) n: number;
  }
  class TransformedAndTyped {
    @IsInt() @Type(() => Number) @Transform(({ value }) => Number(value)) n: number;
  }
  class Exposed {
    @IsInt() @Expose({ name: 'number' }) n: number;
  }
  @Exclude()
  class Excluding {
    @IsInt() n: number;
  }
  class PartlyExcluding {
    @IsInt() @Exclude() n: number;
  }
  class WithDate {
    @IsDefined() @Type(() => Date) at: Date;
  }
  class WithDiscriminator {
    @ValidateNested()
    @Type(() => Inner, { discriminator: { property: 'kind', subTypes: [{ name: 'inner', value: Inner }] } })
    inner: Inner;
  }
  class WithPromise {
    @ValidatePromise() @IsInt() n: Promise<number>;
  }
  class WithAsyncRule {
    @AsyncRule() n: number;
  }
  class WithGetter {
    @IsInt() get n(): number {
      return 1;
    }
  }
  class WithMethod {
    @IsDefined() n(): number {
      return 1;
    }
  }
  class WithUnknownField {
    @IsInt() n: number;
    surprise = 1;
  }
  class WithInheritedName {
    @IsDefined() toString = (): string => 'x';
  }
  class WithThrowingConstructor {
    @IsInt() n: number;
    constructor() {
      throw new Error('no instance');
    }
  }
  class WithoutRules {
    n: number;
  }
  class NestsWithoutRules {
    @Type(() => WithoutRules) @IsObject() inner: WithoutRules;
  }

  function AsyncRule(): PropertyDecorator {
    return (target, property) =>
      registerDecorator({
        async: true,
        target: target.constructor,
        propertyName: String(property),
        validator: { validate: () => Promise.resolve(true) },
      });
  }

  it.each([
    [WithGroups, 'groups'],
    [TransformedInGroups, 'transformed'],
    [TransformedAndTyped, 'transformed'],
    [Exposed, 'exposes'],
    [Excluding, 'exposes or excludes'],
    [PartlyExcluding, 'excludes'],
    [WithDate, 'not a class'],
    [WithDiscriminator, 'depends on its value'],
    [WithPromise, "kind 'promiseValidation'"],
    [WithAsyncRule, 'asynchronous'],
    [WithGetter, 'more than a property'],
    [WithMethod, 'more than a property'],
    [WithUnknownField, "'surprise' without rules"],
    [WithInheritedName, "'toString'"],
    [NestsWithoutRules, 'no rules'],
  ])('for an unsupported DTO: %p', (dto, reason) => {
    expect(() => DtoPlan.of(dto)).toThrow(UnsupportedDtoError);
    expect(() => DtoPlan.of(dto)).toThrow(reason);
  });

  it('for a DTO whose constructor throws', () =>
    expect(() => DtoPlan.of(WithThrowingConstructor)).toThrow('no instance'));
});
