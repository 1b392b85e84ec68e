/** Marks the method of a gateway that handles a command of the contract. */
import { SetMetadata } from '@nestjs/common';
import type { CommandContract } from '@aeturnis/contracts';
import type { Caller } from '../../connections/caller';

export const HANDLES_METADATA = 'aeturnis:handles';

export interface CommandRequest {
  /** Whether the client waits for an ack. */
  readonly isAckRequested: boolean;
}

type Handler<Payload, Result> = (payload: Payload, caller: Caller, request: CommandRequest) => Result | Promise<Result>;
type HandlerDecorator<Payload, Result> = <M extends Handler<Payload, Result>>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * `@Handles(ChatMessage) message(dto: ChatMessageDto, caller: Caller) { … }`: the method receives the validated payload and
 * the caller, and its return value is the ack. The compiler checks both against the contract.
 */
export function Handles<Payload extends object, Result extends object>(
  contract: CommandContract<string, Payload, Result>,
): HandlerDecorator<Payload, Result> {
  return SetMetadata(HANDLES_METADATA, contract);
}
