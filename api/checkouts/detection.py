"""POST /analytics/detect-abandoned/{tenantId}."""

from fastapi import APIRouter

from api.arguments import TenantId
from api.checkouts.schemas import DETECTION_EXAMPLE, Detection
from api.encoding import JsonAnswer
from api.schemas import errors, example
from api.services import Wired
from warehouse.abandonment import detect

router = APIRouter(tags=["analytics"])


@router.post(
    "/analytics/detect-abandoned/{tenant_id}",
    response_model=Detection,
    responses={**example(DETECTION_EXAMPLE), **errors(e404="no tenant has the id 7")},
)
async def detect_abandoned(services: Wired, tenant_id: TenantId) -> JsonAnswer:
    """Count the checkouts that turned abandoned since the last detection; figures never wait."""
    count = await services.control.work(detect, tenant_id)
    checkouts = "checkout" if count == 1 else "checkouts"
    message = f"{count} {checkouts} turned abandoned since the last detection"
    return JsonAnswer({"success": True, "message": message, "abandonedCount": count})
