"""The lists officers choose from, each with its label first, then the other spellings people use."""

from __future__ import annotations

from tracker.cells import Choice
from tracker.model.plan import Role

STATUS = Choice(
    (
        (
            "not_started",
            ("Chưa thực hiện", "Chưa triển khai", "Chưa bắt đầu", "Chưa làm", "Chưa TH", "Chưa triển khai thực hiện"),
        ),
        (
            "in_progress",
            (
                "Đang thực hiện",
                "Đang triển khai",
                "Đang triển khai thực hiện",
                "Đang làm",
                "Đang TH",
                "Đang tiến hành",
                "Đang trong quá trình thực hiện",
                "Đang thực hiện trong hạn",
                "Đang thực hiện quá hạn",
            ),
        ),
        (
            "done",
            (
                "Hoàn thành",
                "Đã hoàn thành",
                "Đã xong",
                "Xong",
                "HT",
                "Đã HT",
                "Đã thực hiện xong",
                "Đã làm xong",
                "Hoàn thành đúng hạn",
                "Hoàn thành trước hạn",
                "Hoàn thành quá hạn",
            ),
        ),
        ("ongoing", ("Thường xuyên", "Thực hiện thường xuyên", "Nhiệm vụ thường xuyên")),
        ("hand_back", ("Đề nghị giao lại", "Đề nghị chuyển cơ quan khác", "Giao lại")),
    )
)
ROLE = Choice(
    ((Role.LEAD, ("Chủ trì",)), (Role.COORDINATING, ("Phối hợp",))),
)
YES_NO = Choice((("yes", ("Có", "x", "v", "yes")), ("no", ("Không", "no"))))
