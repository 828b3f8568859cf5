import { query } from "./query.ts";

/** Who had which name and when, out of `dim_member`: the table `known_people`, by which facts get their `actor_kind`. */
export const knownPeople = () => query("known_people");

/** Given `known_people`: more of it, by what the audit log tells of people whom no snapshot of the members ever showed. */
export const formerMembers = () => query("former_members");

/** Given `known_people`: the table `stale_actors`, by the facts that stand under the name `fct_usage`. */
export const staleActors = () => query("stale_actors");

/** Given `known_people`, and `actor_day`: more of `stale_actors`, by what the members said when facts were last told. */
export const movedActors = () => query("moved_actors");

/** Brings `actor_kind` up to date after the members changed, given `stale_actors`: of the facts, and of their days. */
export const refreshActorKinds = () => query("refresh_actor_kinds");
export const refreshActorDays = () => query("refresh_actor_days");
