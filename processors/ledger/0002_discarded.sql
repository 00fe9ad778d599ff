create or replace view ledger.open_exception as
select * from ledger.exception e
where kind <> 'released' and not (kind = 'parked' and exists (
    select from ledger.exception r
    where (r.member, r.channel, r.event_ref, r.business) = (e.member, e.channel, e.event_ref, e.business)
      and r.kind in ('released', 'discarded')));
comment on view ledger.open_exception is 'What is still not in effect: parked and neither released nor discarded since, refused, discarded';
