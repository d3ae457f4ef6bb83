// The dangerous acts with releases: one dialog, one reason, one call each.
import { computed, reactive, ref } from "vue";
import { promoteRelease, rollBack, shadowRelease, startCanary, stopRelease } from "../api/releases";
import type { ReleaseAct, Serving } from "../api/releaseTypes";
import { attempt, busyFlag, tellDone } from "../state/acts";
import { fill, text } from "../strings";
import { tellRelease } from "./words";

export interface Ask {
  act: ReleaseAct;
  id: string;
  percent?: number;
  isMeasured?: boolean;
}

/** The dialog's state for a page; `after` is called when something was changed. */
export function useReleaseActs(serving: () => Serving | null, after: () => unknown) {
  const isOpen = ref(false);
  const asked = reactive<Ask>({ act: "shadow", id: "" });
  const withKnowledge = ref(false);
  const busy = busyFlag();
  const endsCanary = computed(() => asked.act === "rollback" && serving()?.mode === "canary" && serving()?.candidate === asked.id);
  const title = computed(() => {
    const words = text.value.releases.acts;
    if (asked.act === "rollback") return (endsCanary.value ? words.rollback_canary : words.rollback_stable) ?? "";
    return fill(words[asked.act] ?? "", { percent: asked.percent });
  });
  const hint = computed(() => {
    const words = text.value.releases.asks;
    const key = asked.act === "rollback" ? (endsCanary.value ? "rollback_canary" : "rollback_stable") : asked.act;
    const values = { id: tellRelease(asked.id), percent: asked.percent, stable: tellRelease(serving()?.stable ?? ""), to: tellRelease(asked.id) };
    const warned = asked.isMeasured === false && ["shadow", "canary", "promote"].includes(asked.act) && asked.id !== "base";
    return fill(words[key] ?? "", values) + (warned ? words.unmeasured : "");
  });
  const leaves = computed(() => (endsCanary.value ? asked.id : (serving()?.stable ?? "")));

  function ask(wanted: Ask): void {
    Object.assign(asked, { percent: undefined, isMeasured: undefined, ...wanted });
    withKnowledge.value = false;
    isOpen.value = true;
  }

  async function run(reason: string): Promise<void> {
    const words = text.value.releases.done;
    let told = fill(words[asked.act] ?? "", { percent: asked.percent });
    const isDone = await attempt(async () => {
      if (asked.act === "canary") await startCanary(asked.id, asked.percent ?? 5, reason);
      else if (asked.act === "shadow") await shadowRelease(asked.id, reason);
      else if (asked.act === "stop") await stopRelease(asked.id, reason);
      else if (asked.act === "promote") await promoteRelease(asked.id, reason);
      else {
        const done = await rollBack(reason, endsCanary.value ? null : asked.id, withKnowledge.value);
        const values = { stable: tellRelease(done.serving.stable), n: done.knowledge_revision, problem: done.problem };
        told = fill((done.problem ? words.rollback_problem : done.knowledge_revision !== null ? words.rollback_knowledge : words.rollback) ?? "", values);
      }
    }, busy);
    if (!isDone) return;
    isOpen.value = false;
    tellDone(told);
    await after();
  }

  return { isOpen, asked, withKnowledge, busy, title, hint, leaves, ask, run };
}
