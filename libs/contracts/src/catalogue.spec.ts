/** The contract is complete in itself: every command and event has what the rest of the house relies on. */
import { AppError } from './app-error';
import { COMMANDS, declareEvents, deliveryOf, EVENTS } from './catalogue';
import { event, returns } from './contract';
import { ERRORS } from './error-catalogue';

describe('commands', () => {
  it('have names of their own', () => expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length));

  it.each(COMMANDS.map((each) => [each.name, each] as const))(
    '%s has a payload class, a policy, a delivery class and a summary',
    (name, each) => {
      expect(name).toMatch(/^[a-z]+(:[a-z_]+)+$/);
      expect(typeof each.payload).toBe('function');
      expect(each.policy.limit).toBeGreaterThan(0);
      expect(each.policy.windowMs).toBeGreaterThan(0);
      expect(each.policy.burst).toBeGreaterThan(0);
      expect(['reply', 'volatile']).toContain(each.delivery);
      expect(each.summary).toMatch(/^[A-Z].+\.$/);
      if (each.policy.excess === 'drop') expect(each.delivery).toBe('volatile');
    },
  );
});

describe('events', () => {
  it('have names of their own', () => expect(new Set(EVENTS.map(({ name }) => name)).size).toBe(EVENTS.length));
  it('have a delivery class', () =>
    expect(EVENTS.map(({ name }) => deliveryOf(name))).toEqual(EVENTS.map(({ delivery }) => delivery)));
  it('are recoverable where nobody declared them', () => expect(deliveryOf('raid:began')).toBe('recoverable'));
  it('can be declared by a game', () => {
    declareEvents([event('raid:tick', 'volatile', returns<object>())]);
    expect(deliveryOf('raid:tick')).toBe('volatile');
  });
});

describe('AppError', () => {
  it('tells clients what they may know, and no cause', () => {
    const error = new AppError('RATE_LIMITED', 'Slow down', { retryAfterMs: 1.2, cause: new Error('secret') });
    expect(error.toWire()).toEqual({ code: 'RATE_LIMITED', message: 'Slow down', retryable: true, retryAfterMs: 2 });
    expect(error.traits).toBe(ERRORS.RATE_LIMITED);
  });
});
