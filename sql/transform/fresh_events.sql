-- one row per identity of the batch that no fact has
from incoming_identified anti join incoming_known using (row_id)
