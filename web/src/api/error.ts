import type { components } from "./schema.gen";

export type FieldError = components["schemas"]["FieldError"];
type Problem = components["schemas"]["Problem"];

/** A call that failed. `code` never changes and is for programs; `message` is for people and in English. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The status of the answer; 0 if there was none. */
  readonly status: number;
  /** What happened; "offline" if there was no answer. */
  readonly code: string;
  /** Every fault of what was sent, by field. */
  readonly fields: FieldError[];
  /** What the server's log calls the request. */
  readonly requestId: string | undefined;
  /** How many seconds to wait before the call is repeated. */
  readonly retryAfter: number | undefined;
  /** The right that the caller lacks. */
  readonly need: string | undefined;

  constructor(status: number, code: string, message: string, more: Partial<ApiError> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = more.fields ?? [];
    this.requestId = more.requestId;
    this.retryAfter = more.retryAfter;
    this.need = more.need;
  }

  /** Whether the failure is likely to pass without anybody changing anything. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** Makes an ApiError of an answer that is no success, whoever on the way gave it. */
export function errorOf(response: Response, body: unknown): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  const wait = Number(response.headers.get("Retry-After"));
  return new ApiError(response.status, problem.code ?? `http_${response.status}`, problem.detail ?? "", {
    fields: problem.fields,
    requestId: problem.request_id ?? response.headers.get("X-Request-Id") ?? undefined,
    retryAfter: wait > 0 ? wait : undefined,
    need: problem.need,
  });
}

/** What a call that got no answer fails with. */
export function offline(): ApiError {
  return new ApiError(0, "offline", "");
}
