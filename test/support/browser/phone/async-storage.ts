/** Stands for `@react-native-async-storage/async-storage`. */
export { asyncStorage as default } from './native-modules';
