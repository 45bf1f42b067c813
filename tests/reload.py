"""reload.py CORPUS: opens the shards as the README says; each tool must see every record, in order, with its types."""

import json
import os
import sys

corpus = os.path.basename(sys.argv[1])
os.chdir(os.path.dirname(sys.argv[1]))
manifest = json.load(open(f"{corpus}/manifest.json"))
expected = manifest["totals"]["records"]
assert len([f for f in manifest["files"] if f["role"] == "data"]) > 1, "the test needs several shards"


def check(tool, ids, languages, published):
    assert len(ids) == expected, f"{tool}: {len(ids)} records of {expected}"
    assert len(set(ids)) == expected, f"{tool}: records stand twice"
    assert {"ara", "eng", "fas", "jpn"} <= set(languages), f"{tool}: {set(languages)}"
    assert any(p is not None and "2024" in str(p) for p in published), f"{tool}: no times"
    print(f"{tool}: {len(ids)} records")


import pyarrow.parquet

table = pyarrow.parquet.read_table(f"{corpus}/data")
check("pyarrow", table["record_id"].to_pylist(), table["language"].to_pylist(), table["published"].to_pylist())
order = [tuple(r) for r in zip(table["source"].to_pylist(), table["source_record"].to_pylist(), table["paragraph"].to_pylist())]
assert order == sorted(order, key=lambda r: (r[0].encode(), r[1:])), "records are not in order of origin"

import pandas

records = pandas.read_parquet(f"{corpus}/data")
check("pandas", list(records["record_id"]), list(records["language"]), list(records["published"]))

import polars

records = polars.scan_parquet(f"{corpus}/data/*.parquet").collect()
check("polars", records["record_id"].to_list(), records["language"].to_list(), records["published"].to_list())

import duckdb

records = duckdb.sql(f"select * from '{corpus}/data/*.parquet'").df()
check("duckdb", list(records["record_id"]), list(records["language"]), list(records["published"]))

from datasets import load_dataset

records = load_dataset(corpus, split="train")
check("datasets", list(records["record_id"]), list(records["language"]), list(records["published"]))
