/** All numbers of the rules. Their digest is stored with each fight, so that a fight is replayed with the rules it was fought by. */
import { CLASSES } from './classes';
import { EFFECTS } from './effects';
import { ITEMS } from './items';
import { MONSTERS } from './monsters';
import * as numbers from './numbers';
import { ATTACK, SKILLS } from './skills';

export const RULE_DATA = {
  numbers: { ...numbers },
  attack: ATTACK,
  skills: SKILLS,
  effects: EFFECTS,
  items: ITEMS,
  classes: CLASSES,
  monsters: MONSTERS,
};
