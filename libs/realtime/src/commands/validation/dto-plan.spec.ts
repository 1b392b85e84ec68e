/** What a plan can be made of: each kind of rule and type in small, and what it leaves to the long way as a whole. */
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
import { fc, runs } from '../../../../../test/support/properties';
import { agree } from '../../../../../test/support/dto-agreement';
import { madePayloads, wirePayloads } from '../../../../../test/support/hostile-payloads';
import { DtoPlan } from './dto-plan';
import { Unsupported } from './unsupported';

@ValidatorConstraint({ name: 'even' })
class Even implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'number' && value % 2 === 0;
  }
}

/** Compares with a brother, and answers in a way that is only nearly a boolean. */
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
  /** An instance that nobody has checked. */
  @IsOptional() @Type(() => Inner) @IsObject() loose?: Inner;
  @ValidateNested() own = new Inner();
}
class Checked extends Outer {
  @ValidateNested() @Type(() => Inner) override own = Object.assign(new Inner(), { n: 1 });
}
/** Where nothing is sent, what its constructor sets is refused. */
class Surprised {
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
class Changed {
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
  [Surprised, [{ own: { n: 1 } }]],
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
    Changed,
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
    expect(examples.map((example) => agree(dto, plan, example))).not.toContain(false);
  });

  it('and about what becomes of them', () => {
    const payloads = fc.oneof(wirePayloads(examples), madePayloads(examples));
    fc.assert(
      fc.property(payloads, (payload) => void agree(dto, plan, payload)),
      { numRuns: runs(600) },
    );
  });
});

it('what is nearly true is left to class-validator, what is true is taken', () => {
  const [plain, conditions] = [DtoPlan.of(Plain), DtoPlan.of(Conditions)];
  expect(plain.accept({ int: 1, text: 'a', anything: 0 })).toBeInstanceOf(Plain);
  expect(conditions.accept({ least: 1, most: 2, word: 'a' })).toBeUndefined();
  expect(DtoPlan.of(Tree).accept({ n: 1, leaves: [{ n: 2 }] })).toMatchObject({ leaves: [expect.any(Tree)] });
});

describe('a DTO is validated the long way as a whole', () => {
  class WithGroups {
    @IsInt({ groups: ['some'] }) n: number;
  }
  class ChangedInGroups {
    @IsInt() @Transform(({ value }) => Number(value), { groups: ['some'] }) n: number;
  }
  class ChangedAndTyped {
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
  class Dated {
    @IsDefined() @Type(() => Date) at: Date;
  }
  class Chosen {
    @ValidateNested()
    @Type(() => Inner, { discriminator: { property: 'kind', subTypes: [{ name: 'inner', value: Inner }] } })
    inner: Inner;
  }
  class Promised {
    @ValidatePromise() @IsInt() n: Promise<number>;
  }
  class Slowly {
    @Later() n: number;
  }
  class Computing {
    @IsInt() get n(): number {
      return 1;
    }
  }
  class Method {
    @IsDefined() n(): number {
      return 1;
    }
  }
  class Surprising {
    @IsInt() n: number;
    surprise = 1;
  }
  class LikeEveryObject {
    @IsDefined() toString = (): string => 'x';
  }
  class Failing {
    @IsInt() n: number;
    constructor() {
      throw new Error('no instance');
    }
  }
  class Unruled {
    n: number;
  }
  class HoldsUnruled {
    @Type(() => Unruled) @IsObject() inner: Unruled;
  }

  function Later(): PropertyDecorator {
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
    [ChangedInGroups, 'transformed'],
    [ChangedAndTyped, 'transformed'],
    [Exposed, 'exposes'],
    [Excluding, 'exposes or excludes'],
    [PartlyExcluding, 'excludes'],
    [Dated, 'no class'],
    [Chosen, 'depends on its value'],
    [Promised, "kind 'promiseValidation'"],
    [Slowly, 'asynchronous'],
    [Computing, 'more than a property'],
    [Method, 'more than a property'],
    [Surprising, "'surprise' without rules"],
    [LikeEveryObject, "'toString'"],
    [HoldsUnruled, 'no rules'],
  ])('where it has what a plan cannot have: %p', (dto, reason) => {
    expect(() => DtoPlan.of(dto)).toThrow(Unsupported);
    expect(() => DtoPlan.of(dto)).toThrow(reason);
  });

  it('or cannot even be made', () => expect(() => DtoPlan.of(Failing)).toThrow('no instance'));
});
