/** The address of the server in development. */
import { Platform } from 'react-native';

/** The emulator of Android is a machine of its own, which reaches the one it runs on as 10.0.2.2. */
export const SERVER = Platform.select({ android: 'http://10.0.2.2:3000', default: 'http://localhost:3000' });
