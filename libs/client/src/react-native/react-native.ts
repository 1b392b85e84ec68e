/**
 * What React Native offers a client: `createClient({ url, getToken, ...reactNative({ AsyncStorage, AppState, NetInfo }) })`.
 * The application passes the modules in, so that the SDK depends on none of them.
 */
import type { Environment } from '../options';
import { AsyncOutboxStorage, type AsyncStorageLike } from './async-outbox-storage';
import { type AppStateLike, type NetInfoLike, onNativeWake } from './wake-signals';

export interface ReactNativeModules {
  /** Of `@react-native-async-storage/async-storage`: unsent messages survive the app. */
  readonly AsyncStorage: AsyncStorageLike;
  /** Of `react-native`: a dead connection is found when the app returns to the foreground. */
  readonly AppState: AppStateLike;
  /** Of `@react-native-community/netinfo`: also when the network returns or changes. */
  readonly NetInfo?: NetInfoLike;
}

export function reactNative({ AsyncStorage, AppState, NetInfo }: ReactNativeModules): Environment {
  return {
    storage: new AsyncOutboxStorage(AsyncStorage),
    onWake: (listener) => onNativeWake(AppState, NetInfo, listener),
  };
}
