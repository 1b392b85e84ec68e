/** Stands for `@react-native-community/netinfo`. */
export { netInfo as default } from './native-modules';
