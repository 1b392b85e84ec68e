/** The commands of the event reference that the server serves, as the form needs them. */
import { signal } from '@preact/signals';
import { describeLimits, describeType, schemaName } from '../../../../scripts/contracts/schema-text.mjs';
import { getJson } from '../session/account-api';
import { problemText } from '../ui/problem-text';

/** The part of JSON Schema that is read here. */
interface FieldSchema {
  readonly $ref?: string;
  readonly allOf?: { readonly $ref?: string }[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly FieldSchema[];
}

interface ReferenceDocument {
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly action: 'receive' | 'send';
        readonly summary: string;
        readonly tags: readonly { readonly name: string }[];
        readonly messages: readonly { readonly $ref: string }[];
        readonly 'x-delivery': string;
      }
    >
  >;
  readonly components: {
    readonly messages: Readonly<
      Record<
        string,
        {
          readonly name: string;
          readonly payload: FieldSchema;
          readonly examples: readonly { readonly payload: unknown }[];
        }
      >
    >;
    readonly schemas: Readonly<Record<string, FieldSchema>>;
  };
}

export interface CommandField {
  readonly name: string;
  readonly presence: 'required' | 'optional' | 'one of these';
  readonly type: string;
  readonly limits: string;
  readonly description: string;
}

export interface DescribedCommand {
  readonly name: string;
  /** What stands before the colon of the name. */
  readonly group: string;
  readonly summary: string;
  readonly isVolatile: boolean;
  readonly example: unknown;
  readonly fields: readonly CommandField[];
}

/** In the order of the reference; undefined until they are loaded. */
export const commands = signal<ReadonlyMap<string, DescribedCommand> | undefined>(undefined);
export const referenceProblem = signal<string | undefined>(undefined);

/** Does nothing if it is loaded. */
export async function loadReference(): Promise<void> {
  if (commands.value) return;
  referenceProblem.value = undefined;
  try {
    commands.value = commandsOf(await getJson<ReferenceDocument>('/docs/events.json'));
  } catch (error) {
    referenceProblem.value = problemText(error);
  }
}

function commandsOf({ operations, components }: ReferenceDocument): Map<string, DescribedCommand> {
  const described = new Map<string, DescribedCommand>();
  for (const { action, summary, tags, messages, 'x-delivery': delivery } of Object.values(operations)) {
    const message = components.messages[messages[0]?.$ref.split('/').at(-1) ?? ''];
    if (action !== 'receive' || !message) continue;
    const { name, payload, examples } = message;
    described.set(name, {
      name,
      group: tags[0]?.name ?? '',
      summary,
      isVolatile: delivery === 'volatile',
      example: examples[0]?.payload ?? {},
      fields: fieldsOf(payload, components.schemas),
    });
  }
  return described;
}

const AS_TEXT = { literal: (json: string) => json, name: (name: string) => name };

function fieldsOf(payload: FieldSchema, schemas: ReferenceDocument['components']['schemas']): CommandField[] {
  const named = schemaName(payload);
  const { properties = {}, required = [], oneOf = [] } = named === undefined ? payload : (schemas[named] ?? {});
  const alternatives = oneOf.flatMap((member) => member.required ?? []);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    presence: required.includes(name) ? 'required' : alternatives.includes(name) ? 'one of these' : 'optional',
    type: describeType(schema, schemas, AS_TEXT),
    limits: describeLimits(schema),
    description: schema.description ?? '',
  }));
}
