/** The wire: what client and server agree on. */
export * from './app-error';
export * from './catalogue';
export * from './chat';
export * from './contract';
export * from './conversation-events';
export * from './conversation-views';
export * from './conversations';
export * from './error-catalogue';
export * from './messages';
export * from './presence';
export * from './principal';
export * from './rate-policy';
export * from './rooms';
export * from './sync-cursors';
export * from './system';
export * from './text';
export * from './world';
