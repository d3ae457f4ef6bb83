// Scored conversations, reviews, appeals, the sampling plan, calibration, alerts, long work.
import { addressOf, get, post, put, sendFile } from "./client";
import type {
  Alert, Appeal, Brought, Calibration, CalibrationPage, Conversation, Correction, ItemScore, Job, KeptPlan, Named, Plan, Precision, QueueLine, QueuePage, Rubric,
  Score, Verdict,
} from "./qualityTypes";
import type { Page } from "./types";

export interface ScoreFilter {
  since: number | null;
  until: number | null;
  channel: string;
  agent: string;
  source: string;
  state: string;
  scope: string;
  intent: string;
  release: string;
  item: number | null;
  fatal: string;
  min: number | null;
  max: number | null;
  query: string;
  order: string;
}

const path = (id: number): string => `/quality/conversations/${id}`;

export const fetchScores = (filter: Partial<ScoreFilter>, page: number, size: number): Promise<Page<Score>> =>
  get("/quality/conversations", { ...filter, page, size });
export const exportAddress = (filter: Partial<ScoreFilter>): string => addressOf("/quality/export", { ...filter });
export const fetchConversation = (id: number): Promise<Conversation> => get(path(id));
export const reviewConversation = (id: number, corrections: Correction[], comment = ""): Promise<Conversation> =>
  post(`${path(id)}/review`, { corrections, comment });
export const fileAppeal = (id: number, item: number, reason: string): Promise<{ appeal: Appeal }> =>
  post(`${path(id)}/appeals`, { item, reason });

export const fetchAppeals = (state: string, overdue: boolean, page: number, size: number): Promise<Page<Appeal>> =>
  get("/quality/appeals", { state, overdue: overdue ? "1" : "", page, size });
export const judgeAppeal = (id: number, verdict: Verdict): Promise<{ appeal: Appeal }> => post(`/quality/appeals/${id}/judge`, verdict);
export const closeAppeal = (id: number, verdict: Verdict): Promise<{ appeal: Appeal }> => post(`/quality/appeals/${id}/close`, verdict);

export const fetchQueue = (view: string, state: string, page: number, size: number): Promise<QueuePage> =>
  get("/quality/queue", { view, state, page, size });
export const assignSample = (id: number, reviewer_id: number): Promise<{ sample: QueueLine }> =>
  post(`/quality/queue/${id}/assign`, { reviewer_id });
export const fetchReviewers = (): Promise<{ items: (Named & { open: number })[] }> => get("/quality/reviewers");

export const fetchPlan = (): Promise<KeptPlan> => get("/quality/plan");
export const changePlan = (plan: Plan, reason: string): Promise<KeptPlan> => put("/quality/plan", { plan, reason });
export const fetchRubric = (): Promise<Rubric> => get("/quality/rubric");

export const fetchPrecision = (): Promise<{ items: Precision[]; needed: { precision: number; reviews: number } }> => get("/quality/precision");
export const fetchCalibrations = (page: number, size: number): Promise<Page<Calibration>> => get("/quality/calibrations", { page, size });
export const addCalibration = (title: string, conversations: number[]): Promise<{ calibration: Calibration }> =>
  post("/quality/calibrations", { title, conversations });
export const fetchCalibration = (id: number): Promise<CalibrationPage> => get(`/quality/calibrations/${id}`);
export const scoreCalibration = (id: number, conversation: number, items: ItemScore[]): Promise<CalibrationPage> =>
  post(`/quality/calibrations/${id}/scores`, { conversation, items });

export const fetchAlerts = (state: string, kind: string, page: number, size: number): Promise<Page<Alert>> =>
  get("/quality/alerts", { state, kind, page, size });
export const acknowledgeAlert = (id: number, note: string): Promise<{ alert: Alert }> => post(`/quality/alerts/${id}/acknowledge`, { note });

export interface Bringing {
  name: string;
  check?: string;
  began?: string;
  agent_name?: string;
  scope?: string;
  customer?: string;
}

export const bringFile = (file: File, told: Bringing): Promise<Brought> => sendFile("/quality/imports", file, { ...told });
export const fetchJobs = (page: number, size: number): Promise<Page<Job>> => get("/quality/jobs", { page, size });
export const fetchJob = (id: number): Promise<{ job: Job }> => get(`/quality/jobs/${id}`);
export const beginScoring = (since: number, until: number | null): Promise<{ job: Job }> => post("/quality/jobs", { since, until });
