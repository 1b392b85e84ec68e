/** The catalogue is complete: every command and event has the properties on which servers and documents rely. */
import { AppError } from './errors/app-error';
import { COMMANDS, declareEvents, deliveryOf, EVENTS } from './catalogue';
import { event, typeToken } from './contract';
import { ERRORS } from './errors/error-catalogue';

describe('commands', () => {
  it('have unique names', () => expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length));

  it.each(COMMANDS.map((contract) => [contract.name, contract] as const))(
    '%s has a payload class, a policy and a delivery class',
    (name, contract) => {
      expect(name).toMatch(/^[a-z]+(:[a-z_]+)+$/);
      expect(typeof contract.payload).toBe('function');
      expect(contract.policy.limit).toBeGreaterThan(0);
      expect(contract.policy.windowMs).toBeGreaterThan(0);
      expect(contract.policy.burst).toBeGreaterThan(0);
      expect(['reply', 'volatile']).toContain(contract.delivery);
      if (contract.policy.excess === 'drop') expect(contract.delivery).toBe('volatile');
    },
  );
});

describe('events', () => {
  it('have unique names', () => expect(new Set(EVENTS.map(({ name }) => name)).size).toBe(EVENTS.length));
  it('have a delivery class', () =>
    expect(EVENTS.map(({ name }) => deliveryOf(name))).toEqual(EVENTS.map(({ delivery }) => delivery)));
  it('are recoverable if they were never declared', () => expect(deliveryOf('raid:began')).toBe('recoverable'));
  it('can be declared by a game', () => {
    declareEvents([event('raid:tick', 'volatile', typeToken<object>())]);
    expect(deliveryOf('raid:tick')).toBe('volatile');
  });
});

describe('AppError', () => {
  it('sends code, message, retryable and retryAfterMs to clients, but not the cause', () => {
    const error = new AppError('RATE_LIMITED', 'Slow down', { retryAfterMs: 1.2, cause: new Error('secret') });
    expect(error.toWire()).toEqual({ code: 'RATE_LIMITED', message: 'Slow down', retryable: true, retryAfterMs: 2 });
    expect(error.traits).toBe(ERRORS.RATE_LIMITED);
  });
});
