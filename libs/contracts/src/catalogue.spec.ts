/** The catalogue is complete: every command and event has the properties on which servers and documents rely. */
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { AppError } from './errors/app-error';
import { COMMANDS, declareEvents, deliveryOf, EVENTS } from './catalogue';
import { event, typeToken } from './contract';
import { ERRORS } from './errors/error-catalogue';

/** Ids that are no UUIDs: those that clients make up, and names of the game's data. */
const OTHER_IDS = ['tempId', 'clientId', 'skillId', 'itemId', 'exitId'];
const UUID = '3F0C9A52-8D0E-4F6B-9A57-2F1F6A0C7E11';

/** The fields of all payloads that may hold UUIDs, by their names. */
const idFields = COMMANDS.flatMap(({ name, payload }) => {
  const rules = getMetadataStorage().getTargetValidationMetadatas(payload, '', false, false);
  const fields = [...new Set(rules.map(({ propertyName }) => propertyName))].filter((field) => /Ids?$/.test(field));
  return fields.filter((field) => !OTHER_IDS.includes(field)).map((field) => [name, field, payload] as const);
});

describe('commands', () => {
  it.each(idFields)('%s takes %s in any case, and passes it on in lower case', (_, field, payload) => {
    const value = field.endsWith('s') ? [UUID] : UUID;
    const lower = JSON.parse(JSON.stringify(value).toLowerCase()) as unknown;
    expect(plainToInstance(payload, { [field]: value })).toEqual(expect.objectContaining({ [field]: lower }));
  });

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
