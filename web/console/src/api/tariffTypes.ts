// What the server says of tariff tables. Every price and sum is decimal text: it is shown, never calculated with.
export type TariffState = "current" | "future" | "ended";
export type VersionState = "draft" | "review" | "published" | "discarded";
export type Slot = "sharp" | "peak" | "flat" | "valley" | "deep_valley";

export interface TariffRow {
  region: string;
  category: string;
  name: string;
  document: string;
  effective_from: string;
  effective_to: string | null;
  certainty: string;
  needs_caveat: boolean;
  state: TariffState;
  voltages: string[];
}

export interface Figure {
  path: (string | number)[];
  kind: string;
  value: string;
  unit: string;
  tier: number | null;
  band: string;
  season: string;
  slot: Slot | "";
}

export interface TariffContent {
  tiers?: { up_to_kwh?: string; prices: Record<string, string> }[];
  seasons?: { name: string; months: number[]; hours: Partial<Record<Slot, string>>; prices: Record<string, Partial<Record<Slot, string>>[]> }[];
  slot_notes?: Partial<Record<Slot, string>>;
  seasonal_notes?: string[];
  large_household?: { from_persons?: number; limit_increases?: string[]; notes: string[]; notes_from?: { persons: number; note: string }[] };
  free_quota?: { kwh_per_month?: string; notes: string[] };
  transmission?: Record<string, string>;
  demand?: Record<string, string>;
  capacity?: Record<string, string>;
  funds?: { price: string; certainty: string };
  time_of_use?: {
    document: string;
    published_to?: string;
    seasons: { name: string; months: number[]; hours: Partial<Record<Slot, string>> }[];
    small_capacity?: { below_kva: string; factors: Partial<Record<Slot, string>> };
    capacity_note?: string;
    slot_notes?: Partial<Record<Slot, string>>;
    notes?: string[];
  };
  notes?: string[];
}

export interface TariffTable extends TariffRow {
  content: TariffContent;
  /** Of each season: slot to multiple of the agent price. */
  factors: Partial<Record<Slot, string>>[];
  figures: Figure[];
}

export interface Publication {
  id: number;
  region: string;
  version: number;
  number: number;
  kind: string;
  live_from: number;
  at: number;
  by: string;
  reason: string;
  is_cancelled: boolean;
}

export interface TariffRegion {
  region: string;
  origin: string;
  file_changed: boolean;
  holding: Publication | null;
  coming: Publication | null;
  draft: number;
  review: number;
  may_edit: boolean;
  may_approve: boolean;
}

export interface Mistake {
  line: number;
  key: string;
  message: string;
}

export interface VersionRow {
  id: number;
  region: string;
  number: number;
  state: VersionState;
  note: string;
  edit: number;
  author: string;
  made_at: number;
  changed_at: number;
}

export interface KeyChange {
  path: (string | number)[];
  old: string | null;
  new: string | null;
  figure: Figure | null;
}

export interface TableChange {
  kind: "added" | "removed" | "changed";
  category: string;
  name: string;
  effective_from: string;
  effective_to: string | null;
  follows: string | null;
  keys: KeyChange[];
}

export interface Version extends VersionRow {
  text: string;
  mistakes: Mistake[];
  changes: TableChange[];
  acts: { at: number; by: string; act: string; reason: string }[];
  is_own: boolean;
  may_edit: boolean;
  may_approve: boolean;
}

export interface BillLine {
  name: string;
  quantity: string;
  unit: string;
  price: string;
  amount: string;
}

export interface BillChange {
  name: string;
  old: string | null;
  new: string | null;
  difference: string | null;
  percent: string | null;
  problem: string;
  lines: { name: string; old: BillLine | null; new: BillLine | null; difference: string }[];
}

export interface Preview {
  categories: {
    category: string;
    month: string;
    bills: BillChange[];
    customers: { customers: number; changed: number; old: string; new: string; difference: string; largest: BillChange[] } | null;
  }[];
  warnings: { code: string; items: string[] }[];
}
