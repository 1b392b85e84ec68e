/** Checks bodies and answers against the document of the HTTP API, in which no object has fields that its schema does not name. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { close } from '../document/closed-schemas';
import type { JsonSchema } from '../document/json-schema';
import type { ApiDocument, ApiOperationObject, ApiResponseObject } from './openapi-document';

export class AnswerChecks {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly schemas: Record<string, JsonSchema>;
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: ApiDocument) {
    addFormats.default(this.ajv);
    const { schemas } = document.components;
    this.schemas = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, close(schema)]));
  }

  /** What the operation documents for a status. */
  responseOf({ responses }: ApiOperationObject, status: number): ApiResponseObject | undefined {
    const response = responses[status];
    if (!response || !('$ref' in response)) return response;
    return this.document.components.responses[response.$ref.split('/').at(-1) ?? ''];
  }

  /** @returns what is wrong with the body of an answer; null stands for an empty one. */
  problemsOfAnswer(operation: ApiOperationObject, status: number, body: unknown): string[] {
    const response = this.responseOf(operation, status);
    if (!response) return [`status ${status} is not documented`];
    const schema = response.content?.['application/json'].schema;
    if (!schema) return body === null ? [] : ['the answer has a body, and the document has none'];
    // Those with errors narrow a common schema, whose fields the narrowing part does not repeat.
    return this.problemsOf(status < 400 ? close(schema) : schema, body);
  }

  problemsOf(schema: JsonSchema, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate = this.validators.get(key) ?? this.ajv.compile({ ...schema, components: { schemas: this.schemas } });
    this.validators.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`;
    });
  }
}
