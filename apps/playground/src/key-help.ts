/** The keys of the game, as they are explained to the visitor. */
export const KEYS: readonly { readonly keys: string; readonly meaning: string }[] = [
  { keys: 'W A S D, arrows', meaning: 'walk' },
  { keys: 'Enter', meaning: 'say something' },
  { keys: 'Tab', meaning: 'next target, while the world has the focus' },
  { keys: '1 to 4', meaning: 'act: fight, or an emote' },
  { keys: 'E', meaning: 'go through an exit' },
  { keys: 'U', meaning: 'unplug: drop the connection' },
  { keys: 'I', meaning: 'inspector: commands and events of the connection' },
  { keys: '?', meaning: 'these keys' },
  { keys: 'Esc', meaning: 'back to the world' },
];
