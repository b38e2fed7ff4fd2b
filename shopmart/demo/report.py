"""The proof's table and its JSON."""

from rich.table import Table

from shopmart.context import OUTPUT
from shopmart.demo.proof import SHOWN, MartProof

Proofs = dict[str, list[MartProof]]


def print_report(proofs: Proofs) -> None:
    """One line for each mart of each shop, then the first differences in words."""
    table = Table("shop", "mart", "rows", "figures compared", "total", "differences")
    for shop, marts in proofs.items():
        for proof in marts:
            total = proof.sums.get("total_sales", proof.sums.get("total", ""))
            wrong = str(len(proof.differences)) if proof.differences else "none"
            style = "red" if proof.differences else None
            table.add_row(
                shop, proof.mart, str(proof.rows), str(proof.figures), total, wrong, style=style
            )
    OUTPUT.print(table)
    for shop, marts in proofs.items():
        for proof in marts:
            for difference in proof.differences[:SHOWN]:
                OUTPUT.print(f"{shop}: {difference}", style="red")
            if (more := len(proof.differences) - SHOWN) > 0:
                OUTPUT.print(f"{shop}: and {more} more in {proof.mart}", style="red")


def document(proofs: Proofs, *, shops: int, orders: int, seed: int) -> dict[str, object]:
    """The report as JSON: ``{ok, shops, orders, seed, marts: {shop: {mart: {...}}}}``."""
    return {
        "ok": not any(proof.differences for marts in proofs.values() for proof in marts),
        "shops": shops,
        "orders": orders,
        "seed": seed,
        "marts": {
            shop: {
                proof.mart: {
                    "rows": proof.rows,
                    "figures": proof.figures,
                    "sums": proof.sums,
                    "differences": proof.differences,
                }
                for proof in marts
            }
            for shop, marts in proofs.items()
        },
    }
