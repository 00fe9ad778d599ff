-- A flag makes no number permanent any more: memory is emptied, and read again from the log.

truncate admission.events, admission.subjects, admission.departures, admission.watermarks;

comment on column admission.subjects.stated is
    'Has the member stated anything of it but measures? Then the number stays with it';
