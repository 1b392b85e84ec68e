/** Validates bodies and queries by the same rules as the payload of a command. */
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { payloadOf, WsValidationPipe } from '@aeturnis/realtime';

const NOT_CLASSES = new Set<unknown>([undefined, String, Number, Boolean, Array, Object]);

@Injectable()
export class HttpValidationPipe implements PipeTransform<unknown, unknown> {
  constructor(private readonly validation: WsValidationPipe) {}

  /** @throws AppError VALIDATION with `details: {field, problems[]}[]`. A request without a body counts as an empty one. */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.type === 'custom' || NOT_CLASSES.has(metadata.metatype)) return value;
    return this.validation.transform(payloadOf(value === undefined ? [] : [value]), metadata);
  }
}
