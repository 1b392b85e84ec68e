/** All steps, in the order in which they are reported. */
import type { ConformanceStep } from './conformance-step';
import { connectStep, refreshStep, refuseStep } from './login-steps';
import { ackStep, duplicateStep, orderStep, syncStep } from './message-steps';
import { dropStep, halfOpenStep, killStep } from './outage-steps';

export const CONFORMANCE_STEPS: readonly ConformanceStep[] = [
  connectStep,
  refuseStep,
  refreshStep,
  ackStep,
  orderStep,
  dropStep,
  halfOpenStep,
  killStep,
  duplicateStep,
  syncStep,
];
