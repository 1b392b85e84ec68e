/** The error codes and messages of inputs that the rules refuse. Each is counted, and changes nothing. */
import type { InputRefusal } from '@aeturnis/combat-rules';
import { AppError, type ErrorCode } from '@aeturnis/contracts';

const REFUSALS: Readonly<Record<InputRefusal, readonly [ErrorCode, string]>> = {
  ended: ['CONFLICT', 'The fight has ended'],
  other_rules_version: ['CONFLICT', 'The fight began under other rules and will be ended without a winner'],
  unknown_input: ['VALIDATION', 'There is no such input'],
  stale_turn: ['CONFLICT', 'This turn is over'],
  bad_player: ['CONFLICT', 'This character cannot fight'],
  unknown_participant: ['NOT_PARTICIPANT', 'You do not take part in this fight'],
  not_fighting: ['CONFLICT', 'You no longer fight'],
  not_your_turn: ['CONFLICT', 'It is not your turn'],
  joining_closed: ['CONFLICT', 'This fight can no longer be joined'],
  already_joined: ['CONFLICT', 'You take part in this fight already'],
  side_full: ['CONFLICT', 'Your side is full'],
  unknown_action: ['VALIDATION', 'There is no such action'],
  unknown_skill: ['VALIDATION', 'Your character has no such skill: give one of its own as `skillId`'],
  not_enough_energy: ['CONFLICT', 'The energy is not enough for this skill'],
  cooling_down: ['CONFLICT', 'This skill is still cooling down'],
  unknown_item: ['VALIDATION', 'There is no such item: give one of the bag as `itemId`'],
  item_without_use: ['CONFLICT', 'This item cannot be used in a fight'],
  no_such_item: ['CONFLICT', 'You have no such item'],
  unknown_target: ['VALIDATION', 'There is no such participant in this fight'],
  wrong_side: ['CONFLICT', 'This target is on the wrong side'],
  target_not_fighting: ['CONFLICT', 'This target no longer fights'],
};

/** @param facts what the client can use, such as the current request. */
export function refusalError(reason: InputRefusal, facts: object = {}): AppError {
  const [code, message] = REFUSALS[reason];
  return new AppError(code, message, { details: { reason, ...facts } });
}
