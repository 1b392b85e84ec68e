/** The types of a file of class-transformer that ships without any: the storage in which its decorators leave their marks. */
declare module 'class-transformer/cjs/storage' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage';
}
