import { query } from "./query.ts";

/** Who had which name and when, out of `dim_member`: the table `known_people`, by which facts get their `actor_kind`. */
export const knownPeople = () => query("known_people");

/** Brings `actor_kind` up to date after the members changed, given `known_people`. */
export const refreshActorKinds = () => query("refresh_actor_kinds");
