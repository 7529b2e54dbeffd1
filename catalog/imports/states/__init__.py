"""The statements that move an import from one state to another. One other module writes a state: `changes/undo/marks`.

    (new)               -> queued             a file is received; it may be held for a person
                        -> cancelled          the same file was imported before, and a person is asked first
    queued              -> reading            a worker takes it
    reading             -> queued, held       the file leaves a question open
                        -> review             a person is to see the plan first
                        -> applying           the plan is carried out
                        -> failed             all rows were rejected, or something stopped it
    review              -> applying           a person applies the plan, and a worker takes it
                        -> queued             a person wants another plan
    applying            -> completed
                        -> review             products changed that the person was not asked about
                        -> reading            the plan is lost
                        -> failed
    each of these       -> cancelled          a user cancels or discards it, or none decides in time
    failed, cancelled   -> queued             a person runs it again
    completed, failed   -> queued, rerun      corrected rows are to be run; its next state depends on their results
    completed          <-> undone             `changes/undo/marks`: an undo is a change, and knows no import

`decisions` is what people decide, `whole_file_run` and `corrected_rows_run` what workers do, `clock` what time does;
each step is kept for the log by the statement itself (`with_event`).
"""
