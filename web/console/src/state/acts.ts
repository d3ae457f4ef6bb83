// Doing something that the server may refuse: the refusal is told in words, never thrown at the page.
import { ElMessage } from "element-plus";
import { ref, type Ref } from "vue";
import { ApiError } from "../api/client";
import { wordError } from "../strings";

export function tellError(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  if (error.code !== "not_logged_in") ElMessage.error({ message: wordError(error.code), grouping: true });
}

/** Run one act; true when it went through. `busy` is true meanwhile. */
export async function attempt(act: () => Promise<unknown>, busy?: Ref<boolean>): Promise<boolean> {
  if (busy?.value) return false;
  if (busy) busy.value = true;
  try {
    await act();
    return true;
  } catch (error) {
    tellError(error);
    return false;
  } finally {
    if (busy) busy.value = false;
  }
}

export function tellDone(message: string): void {
  ElMessage.success({ message, grouping: true });
}

export const busyFlag = (): Ref<boolean> => ref(false);
