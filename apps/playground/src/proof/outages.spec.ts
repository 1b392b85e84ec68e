/** Outages that do not take place, and comparisons that fail. */
import { ScriptedClient } from '../../../../test/support/playground/scripted-client';
import { Outages } from './outages';

let script: ScriptedClient;
let outages: Outages;

beforeEach(() => {
  script = new ScriptedClient();
  outages = new Outages(script.client, () => undefined);
});

const passOutage = (): void => {
  script.changeState({ phase: 'waiting' });
  script.changeState({ phase: 'live', recovered: true });
};

it('outages: one that is cancelled is over, and leaves no result', () => {
  outages.begin('node killed');
  outages.cancel();
  expect(outages.current.value).toBeUndefined();
  expect(outages.past.value).toEqual([]);
});

it('outages: one that is cancelled after the connection was lost lasts until the next connection', () => {
  outages.begin('node killed');
  script.changeState({ phase: 'waiting' });
  outages.cancel();
  expect(outages.current.value?.cause).toBe('node killed');
  script.changeState({ phase: 'live', recovered: true });
  expect(outages.past.value).toHaveLength(1);
});

it('outages: a failed comparison is shown as such, and a later one replaces it', () => {
  passOutage();
  expect(outages.past.value[0]?.missed).toBeUndefined();
  outages.judge(null);
  expect(outages.past.value[0]?.missed).toBeNull();
  outages.judge(0);
  outages.judge(null);
  expect(outages.past.value[0]?.missed).toBe(0);
});
