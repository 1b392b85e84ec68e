/** The shape of the event document: the part of AsyncAPI 3.1 that it uses, and its extensions. */
import type { DeliveryClass, ErrorCode, RatePolicy } from '@aeturnis/contracts';
import type { ContractError } from '../reader/contract-docs';
import type { JsonSchema } from './json-schema';

export interface Reference {
  $ref: string;
}

export interface DocumentMessage {
  name: string;
  title: string;
  payload: JsonSchema;
  examples: { payload: unknown }[];
}

export interface DocumentOperation {
  /** By the server: it receives commands and sends events. */
  action: 'receive' | 'send';
  channel: Reference;
  summary: string;
  description?: string;
  /** What stands before the colon of the name. */
  tags: { name: string }[];
  messages: Reference[];
  reply?: { channel: Reference; messages: Reference[] };
  'x-delivery': DeliveryClass;
  'x-since': string;
  /** Of a command: its rate limit, the error codes besides the general ones, and the route that does the same. */
  'x-rate-policy'?: RatePolicy;
  'x-errors'?: readonly ContractError[];
  'x-twin'?: string;
  /** Of an event: which connections receive it, whether it may wait for 100 ms, and whether its arrival is verified. */
  'x-receivers'?: string;
  'x-unhurried'?: true;
  'x-confirmed'?: true;
}

export interface DocumentError {
  description: string;
  http: number;
  retryable: boolean;
  /** Every command can answer it. */
  general: boolean;
}

export interface EventDocument {
  asyncapi: '3.1.0';
  info: { title: string; version: string; description: string; license: { name: string } };
  defaultContentType: string;
  servers: Record<string, object>;
  channels: Record<string, { address: string; description: string; messages: Record<string, Reference> }>;
  operations: Record<string, DocumentOperation>;
  components: { messages: Record<string, DocumentMessage>; schemas: Record<string, JsonSchema> };
  'x-error-codes': Record<ErrorCode, DocumentError>;
}

/** `chat:message` is both a command and an event, so that the ids say which. */
export const idOf = (name: string, role: 'command' | 'ack' | 'event'): string => `${name.replaceAll(':', '.')}.${role}`;
