// The names of the rubric's items, read once.
import { ref } from "vue";
import { fetchRubric } from "../api/quality";

const names = ref(new Map<number, string>());
let isAsked = false;

/** "8 安全优先"; the number alone until the rubric is there. */
export function itemName(item: number): string {
  if (!isAsked) {
    isAsked = true;
    fetchRubric().then(
      (found) => (names.value = new Map(found.items.map((one) => [one.item, one.name]))),
      () => (isAsked = false),
    );
  }
  const name = names.value.get(item);
  return name ? `${item} ${name}` : String(item);
}
