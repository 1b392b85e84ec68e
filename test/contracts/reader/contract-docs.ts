/** Reads what the doc comments of the contracts say, and lists what they lack. */
import { ERRORS, type ErrorCode, GENERAL_ERRORS } from '@aeturnis/contracts';
import type ts from 'typescript';
import type { ContractDeclaration, ContractKind } from './contract-declarations';
import { type DocComment, docCommentOf, tagsNamed } from './doc-comment';

/** The version that all contracts without the tag `@since` came with. */
export const FIRST_VERSION = '0.1.0';

export interface ContractError {
  readonly code: ErrorCode;
  readonly when: string;
}

export interface ContractDoc {
  readonly kind: ContractKind;
  readonly name: string;
  readonly sentence: string;
  readonly details: string;
  readonly example: unknown;
  /** Only of a command. */
  readonly result: unknown;
  readonly errors: readonly ContractError[];
  /** Only of an event. */
  readonly receivers: string | undefined;
  /** Such as `POST /api/messages`. */
  readonly http: string | undefined;
  readonly since: string;
  /** What is missing or wrong. */
  readonly problems: readonly string[];
}

const COMMAND_TAGS = ['example', 'result', 'error', 'http', 'since'];
const EVENT_TAGS = ['example', 'receivers', 'since'];
const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) (\/[\w-]+|\/\{\w+\})+$/;
const VERSION = /^\d+\.\d+\.\d+$/;

export function contractDocOf({ kind, name, node, payload, result }: ContractDeclaration): ContractDoc {
  const comment = docCommentOf(node);
  const problems: string[] = [];
  const report = (problem: string): void => void problems.push(`${kind} ${name}: ${problem}`);
  const one = (tag: string): string | undefined => {
    const [first, second] = tagsNamed(comment, tag);
    if (second !== undefined) report(`has several tags @${tag}`);
    return first;
  };
  if (comment.sentence === '') report('has no sentence: begin its doc comment with one');
  const known = kind === 'command' ? COMMAND_TAGS : EVENT_TAGS;
  for (const tag of comment.tags) if (!known.includes(tag.name)) report(`has an unknown tag @${tag.name}`);
  const receivers = one('receivers');
  if (kind === 'event' && receivers === undefined) report('has no @receivers');
  const http = one('http');
  if (http !== undefined && !ROUTE.test(http)) report(`has an @http that is no route: ${http}`);
  const since = one('since') ?? FIRST_VERSION;
  if (!VERSION.test(since)) report(`has a @since that is no version: ${since}`);
  const example = parseExample(one('example') ?? exampleOfType(payload), '@example', report);
  const needsResult = result !== undefined && result.getProperties().length > 0;
  const resultText = one('result') ?? (result && exampleOfType(result)) ?? (needsResult ? undefined : '{}');
  return {
    ...{ kind, name, sentence: comment.sentence, details: comment.details, example, receivers, http, since, problems },
    result: kind === 'command' ? parseExample(resultText, '@result', report) : undefined,
    errors: errorsOf(comment, report),
  };
}

/** The example of the type, if its declaration has one. */
function exampleOfType(type: ts.Type): string | undefined {
  const symbol = type.aliasSymbol ?? type.getSymbol();
  const declaration = symbol?.declarations?.[0];
  return declaration && tagsNamed(docCommentOf(declaration), 'example')[0];
}

function parseExample(text: string | undefined, tag: string, report: (problem: string) => void): unknown {
  if (text === undefined) {
    report(`has no ${tag}, and neither has its type`);
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    report(`has an ${tag} that is not JSON: ${(error as Error).message}`);
    return undefined;
  }
}

function errorsOf(comment: DocComment, report: (problem: string) => void): ContractError[] {
  const errors = tagsNamed(comment, 'error').map((text): ContractError => {
    const [code = '', ...when] = text.split(' ');
    if (!(code in ERRORS)) report(`has an @error with an unknown code: ${code}`);
    if (when.length === 0) report(`does not say when it answers ${code}`);
    return { code: code as ErrorCode, when: when.join(' ') };
  });
  const codes = errors.map(({ code }) => code);
  if (new Set(codes).size < codes.length) report('lists an error code twice');
  return errors;
}

export const isGeneralError = (code: ErrorCode): boolean => (GENERAL_ERRORS as readonly ErrorCode[]).includes(code);
